import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";

const database = new DynamoDBClient({});

export async function handler(event) {
  const { order, shelf } = JSON.parse(event.body);
  await database.send(new UpdateItemCommand({
    TableName: process.env.ORDERS_TABLE,
    Key: { order: { S: order } },
    UpdateExpression: "SET picked = :shelf",
    ExpressionAttributeValues: { ":shelf": { S: shelf } },
  }));

  const label = await fetch("https://printers.example.com/labels", {
    method: "POST",
    headers: { authorization: `Bearer ${process.env.PRINTER_TOKEN}` },
    body: JSON.stringify({ order }),
  });
  return { statusCode: label.status };
}
