import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import mkdirp from "mkdirp";
import { store } from "./store.mjs";

const objects = new S3Client({});

export async function handler(event) {
  mkdirp.sync("/tmp/incoming");
  for (const { s3 } of event.Records) {
    const Bucket = s3.bucket.name;
    const Key = decodeURIComponent(s3.object.key.replaceAll("+", " "));
    const { Body } = await objects.send(new GetObjectCommand({ Bucket, Key }));
    await pipeline(Body, createWriteStream("/tmp/incoming/list.csv"));

    const count = await store("/tmp/incoming/list.csv");
    await objects.send(new PutObjectCommand({ Bucket, Key: Key.replace(/^incoming\//, "done/"), Body: `${count} products` }));
  }
}
