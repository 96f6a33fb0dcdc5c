import { DynamoDBClient, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import _ from "lodash";

const database = new DynamoDBClient({});
const TableName = process.env.PRODUCTS_TABLE;

export async function handler(event) {
  const sku = event.pathParameters?.sku;
  if (!sku) {
    const { Items } = await database.send(new ScanCommand({ TableName, Limit: 100 }));
    return { statusCode: 200, body: JSON.stringify(_.sortBy(Items, "name.S")) };
  }

  const { Item } = await database.send(new GetItemCommand({ TableName, Key: { sku: { S: sku } } }));
  return Item ? { statusCode: 200, body: JSON.stringify(Item) } : { statusCode: 404 };
}
