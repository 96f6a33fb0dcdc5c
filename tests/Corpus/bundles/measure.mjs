// Measures how many libraries are recognised in minified bundles: bundles each version of libraries.json by esbuild,
// webpack with terser and rollup with terser, without comments, maps or names of files, and asks the scanner.
//
//   npm install esbuild webpack terser-webpack-plugin rollup @rollup/plugin-commonjs @rollup/plugin-node-resolve \
//     @rollup/plugin-json @rollup/plugin-terser        (in a folder of its own, here TOOLS)
//   node measure.mjs TOOLS WORK path/to/serverlesssec [LIBRARY...]
//
// WORK gets the libraries, the bundles, labels.jsonl (what each bundle holds by the package.json of every file that the
// bundler kept, and of which its text still has the version) and table.md. The wrong versions and the misses are printed.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [tools, work, scanner, ...only] = process.argv.slice(2);
const require = createRequire(path.resolve(tools, 'x.js'));
const libraries = JSON.parse(fs.readFileSync(new URL('libraries.json', import.meta.url)));
const builtins = new Set(require('module').builtinModules);
const jobs = Object.entries(libraries).filter(([name]) => only.length === 0 || only.includes(name))
  .flatMap(([name, { versions, entries }]) => versions.map(version => ({
    name, version, entry: Object.entries(entries ?? {}).find(([start]) => version.startsWith(start))?.[1] ?? '', alias: `${name.replace(/^@/, '').replaceAll('/', '-')}__${version}`,
  })));

function install() {
  fs.mkdirSync(work, { recursive: true });
  const dependencies = Object.fromEntries(jobs.map(job => [job.alias, `npm:${job.name}@${job.version}`]));
  fs.writeFileSync(path.join(work, 'package.json'), JSON.stringify({ private: true, dependencies }));
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps'], { cwd: work, stdio: 'inherit' });
}

/** The manifest of the package that a file is of; null for the application's own. */
function manifest(file) {
  const at = file.lastIndexOf('node_modules/');
  if (at < 0) return null;
  const [first, second] = file.slice(at + 13).split('/');
  try {
    const own = JSON.parse(fs.readFileSync(`${file.slice(0, at + 13)}${first[0] === '@' ? `${first}/${second}` : first}/package.json`));
    return own.name && own.version ? own : null;
  } catch {
    return null;
  }
}

const holds = (text, version) => new RegExp(`(^|[^0-9.A-Za-z-])v?${version.replace(/[.+]/g, '\\$&')}(?![0-9]|\\.[0-9]|-[0-9a-z])`).test(text);

const bundlers = {
  async esbuild(entry, out) {
    const external = { name: 'absent', setup(build) {
      build.onResolve({ filter: /.*/ }, async asked => {
        if (asked.pluginData?.asked || asked.kind === 'entry-point') return;
        const found = await build.resolve(asked.path, { kind: asked.kind, resolveDir: asked.resolveDir, importer: asked.importer, pluginData: { asked: true } });
        return found.errors.length > 0 ? { path: asked.path, external: true } : found;
      });
    } };
    const loader = Object.fromEntries(['css', 'png', 'gif', 'svg', 'ttf', 'eot', 'woff', 'woff2', 'node'].map(ext => [`.${ext}`, 'empty']));
    const { metafile } = await require('esbuild').build({
      entryPoints: [entry], absWorkingDir: work, bundle: true, minify: true, platform: 'node', outfile: out, legalComments: 'none', metafile: true, logLevel: 'silent',
      loader, define: { 'process.env.NODE_ENV': '"production"' }, plugins: [external],
    });
    const inputs = Object.values(metafile.outputs).find(one => one.entryPoint).inputs;
    return Object.entries(inputs).filter(([, one]) => one.bytesInOutput > 0).map(([file]) => path.join(work, file));
  },

  async webpack(entry, out) {
    const Terser = require('terser-webpack-plugin');
    const stats = await new Promise((done, failed) => require('webpack')({
      mode: 'production', devtool: false, context: work, entry, target: 'node', performance: false,
      output: { path: path.dirname(out), filename: path.basename(out), library: { type: 'commonjs2' } },
      module: { rules: [{ test: /\.(css|png|gif|svg|ttf|woff2?|eot)$/, type: 'asset/source' }], parser: { javascript: { exportsPresence: false } } },
      optimization: { emitOnErrors: true, minimizer: [new Terser({ extractComments: false, parallel: false, terserOptions: { format: { comments: false } } })] },
      externals: [({ request }, next) => builtins.has(request) || request.startsWith('node:') ? next(null, `commonjs ${request}`) : next()],
    }, (error, result) => error ? failed(error) : done(result)));
    const files = [];
    const walk = modules => modules?.forEach(one => { if (one.nameForCondition) files.push(one.nameForCondition); walk(one.modules); });
    walk(stats.toJson({ all: false, modules: true, nestedModules: true, modulesSpace: 1e6, nestedModulesSpace: 1e6, ids: true }).modules);
    return files;
  },

  async rollup(entry, out) {
    const plugin = name => require(`@rollup/plugin-${name}`).default ?? require(`@rollup/plugin-${name}`);
    const bundle = await require('rollup').rollup({
      input: entry, onwarn() {}, external: id => builtins.has(id) || id.startsWith('node:'),
      plugins: [
        plugin('node-resolve')({ preferBuiltins: true }), plugin('commonjs')({ ignoreDynamicRequires: true, transformMixedEsModules: true }), plugin('json')(),
        { name: 'styles', load: id => /\.(css|svg|png)$/.test(id) ? 'export default ""' : null },
      ],
    });
    const { output } = await bundle.write({ file: out, format: 'cjs', inlineDynamicImports: true, plugins: [plugin('terser')({ format: { comments: false }, maxWorkers: 1 })] });
    await bundle.close();
    return Object.entries(output[0].modules).filter(([, one]) => one.renderedLength > 0).map(([file]) => file.replace(/^\0/, '').split('?')[0]);
  },
};

async function label(job, bundler) {
  const entry = path.resolve(work, `entry.${bundler}.js`);
  fs.writeFileSync(entry, `import * as library from '${job.alias}${job.entry}';\nexport const handler = async () => { globalThis.library = library; return library; };\n`);
  const folder = path.resolve(work, 'bundles', bundler, job.alias);
  fs.mkdirSync(folder, { recursive: true });
  const files = await bundlers[bundler](entry, path.join(folder, 'index.js'));
  const text = fs.readFileSync(path.join(folder, 'index.js'), 'latin1');
  const packages = new Map();
  for (const file of files) {
    const own = manifest(file);
    if (!own) continue;
    const id = `${own.name}@${own.version}`;
    packages.set(id, packages.get(id) || (fs.existsSync(file) && holds(fs.readFileSync(file, 'latin1'), own.version) && holds(text, own.version)));
  }
  return { bundler, folder: job.alias, library: job.name, id: `${job.name}@${job.version}`, expected: [...packages.keys()], traced: [...packages].filter(([, has]) => has).map(([id]) => id) };
}

function recognised(bundler) {
  const bom = JSON.parse(execFileSync(scanner, ['sbom', path.join(work, 'bundles', bundler)], { maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] }));
  const found = new Map();
  for (const one of bom.components ?? []) {
    if (one.type !== 'library' || !one.version) continue;
    for (const place of one.evidence?.occurrences ?? []) {
      const folder = place.location.split('/')[0];
      found.set(folder, [...found.get(folder) ?? [], `${one.group ? `${one.group}/` : ''}${one.name}@${one.version}`]);
    }
  }
  return found;
}

if (!fs.existsSync(path.join(work, 'node_modules'))) install();
const labels = [];
for (const bundler of Object.keys(bundlers)) {
  for (const job of jobs) {
    try {
      labels.push(await label(job, bundler));
    } catch (error) {
      console.log(`${bundler} ${job.name}@${job.version}: ${String(error.message).split('\n')[0]}`);
    }
  }
}

fs.writeFileSync(path.join(work, 'labels.jsonl'), labels.map(one => JSON.stringify(one)).join('\n'));
const rows = new Map();
for (const bundler of Object.keys(bundlers)) {
  const found = recognised(bundler);
  let [bundles, traced, right, wrong] = [0, 0, 0, 0];
  for (const one of labels.filter(one => one.bundler === bundler)) {
    const seen = found.get(one.folder) ?? [];
    const row = rows.get(one.library) ?? rows.set(one.library, {}).get(one.library);
    const cell = row[bundler] ??= [0, 0];
    bundles++;
    if (one.traced.includes(one.id) || seen.includes(one.id)) [cell[0], cell[1]] = [cell[0] + (seen.includes(one.id) ? 1 : 0), cell[1] + 1];
    traced += one.traced.length;
    right += one.traced.filter(id => seen.includes(id)).length;
    for (const id of one.traced) if (!seen.includes(id)) console.log(`${bundler} ${one.folder}: missed ${id}`);
    for (const id of seen) if (!one.expected.includes(id)) { wrong++; console.log(`${bundler} ${one.folder}: not ${id}`); }
  }
  console.log(`${bundler}: ${bundles} bundles, ${right} of ${traced} with a trace, ${wrong} that no manifest names`);
}

const cell = pair => pair === undefined || pair[1] === 0 ? '–' : `${pair[0]} of ${pair[1]}`;
fs.writeFileSync(path.join(work, 'table.md'), ['| Library | esbuild | webpack | rollup |', '|---|---|---|---|',
  ...[...rows].sort().map(([name, row]) => `| ${name} | ${cell(row.esbuild)} | ${cell(row.webpack)} | ${cell(row.rollup)} |`)].join('\n') + '\n');
process.exit(0);
