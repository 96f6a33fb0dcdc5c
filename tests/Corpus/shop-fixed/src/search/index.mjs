import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { rank } from "./rank.mjs";

const objects = new S3Client({});
let index;

export async function handler(event) {
  index ??= await load();
  const found = rank(index, event.queryStringParameters?.q ?? "");
  return { statusCode: 200, body: JSON.stringify(found.slice(0, 20)) };
}

async function load() {
  const { Body } = await objects.send(new GetObjectCommand({ Bucket: process.env.INDEX_BUCKET, Key: "index.json" }));
  return JSON.parse(await Body.transformToString());
}
