import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const database = new DynamoDBClient({});

export async function store(path) {
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [sku, name, stock] = line.split(";");
    const Item = { sku: { S: sku }, name: { S: name }, stock: { N: stock } };
    await database.send(new PutItemCommand({ TableName: process.env.PRODUCTS_TABLE, Item }));
    count++;
  }

  return count;
}
