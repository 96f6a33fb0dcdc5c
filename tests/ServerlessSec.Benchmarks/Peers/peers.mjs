#!/usr/bin/env node
// The same inputs through this scanner and its peers, in one run: medians of whole processes, resident peaks, and what
// of the truth each found. Prints the table of docs/peers.md.
//
//   node peers.mjs SERVERLESSSEC FOLDER [RUNS]
//
// SERVERLESSSEC is the native program; inputs and peers are made in FOLDER once and used again.
// Needs node, npm, zip, GNU time and Debian's apt-get and dpkg-deb.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [ours, folder] = process.argv.slice(2, 4).map(path => resolve(path));
const runs = Number(process.argv[4] ?? 11);
const inputs = join(folder, 'inputs');
const peers = join(folder, 'peers');

const Small = ['express@4.17.1', 'lodash@4.17.20', 'axios@0.21.1', 'jsonwebtoken@8.5.1', 'moment@2.29.1', 'aws-sdk@2.1000.0', 'pg@8.7.1',
  'winston@3.3.3', 'knex@0.95.11', 'joi@17.4.2', 'uuid@8.3.2', 'node-fetch@2.6.1', 'sharp@0.34.3'];
const Large = [...Small, 'serverless@3.38.0', '@nestjs/cli@10.4.5', 'webpack@5.94.0', 'jest@29.7.0', 'eslint@8.57.0', 'react-scripts@5.0.1', 'puppeteer-core@22.15.0'];
const Bundled = ['express@4.17.1', 'lodash@4.17.20', 'axios@0.21.1', 'moment@2.29.1', 'uuid@8.3.2', 'joi@17.4.2'];
const Debian = ['python3-flask', 'python3-requests', 'python3-jinja2', 'python3-werkzeug', 'python3-urllib3', 'python3-yaml', 'python3-boto3',
  'python3-botocore', 'python3-sqlalchemy', 'python3-cryptography', 'python3-jwt', 'python3-numpy', 'python3-dateutil', 'python3-six', 'python3-idna',
  'python3-certifi', 'python3-chardet', 'python3-click', 'python3-itsdangerous', 'python3-markupsafe', 'python3-jmespath', 'python3-s3transfer'];

const quiet = { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 30 };
const run = (program, args, cwd) => execFileSync(program, args, { ...quiet, cwd }).toString();

function npmInput(name, packages) {
  const path = join(inputs, name);
  if (!existsSync(path)) {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'package.json'), JSON.stringify({ name, version: '1.0.0', private: true }));
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', ...packages], path);
  }
  return path;
}

// What npm itself lists, each name and version once.
function npmTruth(path) {
  const found = new Set();
  const walk = node => Object.entries(node.dependencies ?? {}).forEach(([name, it]) => {
    if (it.version) found.add(`npm/${it.name ?? name}@${it.version}`);
    walk(it);
  });
  walk(JSON.parse(spawnSync('npm', ['ls', '--all', '--long', '--json'], { ...quiet, cwd: path }).stdout));
  return found;
}

// What esbuild says that it took in, with the versions that lay there.
function bundleTruth(path) {
  const source = join(inputs, 'bundle-source');
  const folders = Object.keys(JSON.parse(readFileSync(`${path}.json`)).inputs).map(file => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter(Boolean);
  return new Set(folders.map(f => JSON.parse(readFileSync(join(source, f, 'package.json')))).map(m => `npm/${m.name}@${m.version}`));
}

function zip(path) {
  const file = `${path}.zip`;
  if (!existsSync(file)) run('zip', ['-qr', file, '.'], path);
  return file;
}

function bundle(name, options) {
  const path = join(inputs, name);
  if (!existsSync(path)) {
    const source = npmInput('bundle-source', Bundled);
    mkdirSync(path);
    writeFileSync(join(source, 'index.js'), Bundled.map(p => `exports['${p}'] = require('${p.split('@')[0]}');`).join('\n'));
    run(join(peers, 'node_modules/.bin/esbuild'), ['index.js', '--bundle', '--platform=node', `--outfile=${join(path, 'index.js')}`, `--metafile=${path}.json`, ...options], source);
  }
  return path;
}

function python() {
  const path = join(inputs, 'python');
  if (!existsSync(path)) {
    const debs = join(inputs, 'debs');
    mkdirSync(debs, { recursive: true });
    run('apt-get', ['download', ...Debian], debs);
    for (const deb of run('ls', [debs]).trim().split('\n')) run('dpkg-deb', ['-x', join(debs, deb), join(inputs, 'unpacked')]);
    run('cp', ['-r', join(inputs, 'unpacked/usr/lib/python3/dist-packages'), path]);
  }
  return path;
}

// What Python's own importlib.metadata lists.
const pythonTruth = path => new Set(run('python3', ['-c', `
import importlib.metadata as m, re
for d in m.distributions(path=['${path}']): print('pypi/' + re.sub('[-_.]+', '-', d.metadata['Name']).lower() + '@' + d.version)`]).trim().split('\n'));

const bin = name => join(peers, 'node_modules/.bin', name);
const cdxgen = type => path => ({ program: bin('cdxgen'), args: ['-t', type, '--no-install-deps', '--no-banner', '--spec-version', '1.6', '-o', join(folder, 'cdxgen.json'), path], output: join(folder, 'cdxgen.json') });
const us = path => ({ program: ours, args: ['sbom', path] });
const cyclonedxNpm = path => ({ program: bin('cyclonedx-npm'), args: ['--ignore-npm-errors', '--output-format', 'JSON'], cwd: path });
const npmSbom = path => ({ program: 'npm', args: ['sbom', '--sbom-format', 'cyclonedx'], cwd: path });
const retire = path => ({ program: bin('retire'), args: ['--path', path, '--outputformat', 'cyclonedxJSON', '--verbose', '--exitwith', '0', '--jsrepo', join(folder, 'jsrepository.json'), '--outputpath', join(folder, 'retire.json')], output: join(folder, 'retire.json') });

function measure({ program, args, cwd, output }) {
  const began = process.hrtime.bigint();
  const done = spawnSync('/usr/bin/time', ['-q', '-f', '%M', program, ...args], { maxBuffer: 1 << 30, cwd, env: { ...process.env, FETCH_LICENSE: 'false' } });
  const milliseconds = Number(process.hrtime.bigint() - began) / 1e6;
  const kilobytes = Number(done.stderr.toString().trim().split('\n').at(-1));
  return { milliseconds, megabytes: kilobytes / 1024, bom: output ? readFileSync(output, 'utf8') : done.stdout.toString() };
}

// Components of the input's own ecosystem, as type/name@version, or type/name@ where no version is told.
function listed(bom, type, root) {
  const found = new Set();
  const walk = components => (components ?? []).forEach(c => {
    const purl = new RegExp(`^pkg:(${type}/[^?#@]+)`).exec((c.purl ?? '').replace('%40', '\u0000'));
    if (purl && c.name !== root) found.add(`${purl[1].replace('\u0000', '@')}@${c.version ?? ''}`);
    walk(c.components);
  });
  try {
    walk(JSON.parse(bom.slice(bom.indexOf('{'))).components);
  } catch {
    return null;
  }
  return found;
}

const median = values => values.toSorted((a, b) => a - b)[values.length >> 1];
const nameOf = component => component.slice(0, component.lastIndexOf('@'));
const share = (some, all) => all.size ? ([...some].filter(c => all.has(c)).length / all.size).toFixed(3) : '';

function compare(what, truth, root, entries) {
  const samples = entries.map(() => []);
  for (let n = 0; n < runs; n++) entries.forEach(([, command], i) => n < (i ? Math.ceil(runs / 3) : runs) && samples[i].push(measure(command)));
  const [type] = [...truth][0].split('/');
  const names = new Set([...truth].map(nameOf));
  entries.forEach(([tool], i) => {
    const found = listed(samples[i].at(-1).bom, type, root);
    const cells = [what, tool, median(samples[i].map(s => s.milliseconds)).toFixed(0), median(samples[i].map(s => s.megabytes)).toFixed(0)];
    if (found) {
      const foundNames = new Set([...found].map(nameOf));
      const right = new Set([...found].filter(c => truth.has(c) || (c.endsWith('@') && names.has(nameOf(c)))));
      cells.push(found.size, share(foundNames, names), share(found, truth), share(right, found));
      if (process.env.SHOW) console.error(what, tool, 'missed', [...truth].filter(c => !found.has(c)), 'added', [...found].filter(c => !right.has(c)));
    } else {
      cells.push('none', '', '', '');
    }

    console.log(`| ${cells.join(' | ')} |`);
  });
}

mkdirSync(inputs, { recursive: true });
if (!existsSync(peers)) {
  mkdirSync(peers);
  writeFileSync(join(peers, 'package.json'), '{"private":true}');
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '@cyclonedx/cdxgen@12.8.4', '@cyclonedx/cyclonedx-npm@6.0.1', 'retire@5.7.0', 'esbuild@0.28.2'], peers);
}

console.log('| input | tool | ms | MB | components | recall, names | recall, versions | precision |\n|---|---|---|---|---|---|---|---|');
for (const [name, packages] of [['npm-small', Small], ['npm-large', Large]]) {
  const path = npmInput(name, packages);
  const truth = npmTruth(path);
  const what = `${name.replace('-', ', ')}: ${truth.size} packages`;
  compare(what, truth, name, [['this scanner', us(path)], ['cdxgen', cdxgen('js')(path)], ['cyclonedx-npm', cyclonedxNpm(path)], ['npm sbom', npmSbom(path)]]);
  compare(`${what}, as a zip`, truth, name, [['this scanner', us(zip(path))]]);
}

const site = python();
compare('Python site-packages', pythonTruth(site), 'python', [['this scanner', us(site)], ['cdxgen', cdxgen('python')(site)]]);

for (const [name, options] of [['bundle-plain', []], ['bundle-map', ['--minify', '--sourcemap']], ['bundle-minified', ['--minify', '--legal-comments=none']]]) {
  const path = bundle(name, options);
  const truth = bundleTruth(path);
  compare(`esbuild bundle: ${name.slice(7)}`, truth, 'bundle-source', [['this scanner', us(path)], ['cdxgen', cdxgen('js')(path)], ['retire', retire(path)]]);
}
