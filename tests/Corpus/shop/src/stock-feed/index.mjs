import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

const events = new EventBridgeClient({});

export async function handler(event) {
  const Entries = event.Records
    .filter(({ dynamodb }) => Number(dynamodb.NewImage?.stock?.N ?? 0) < 5)
    .map(({ dynamodb }) => ({
      EventBusName: process.env.BUS,
      Source: "shop.stock",
      DetailType: "StockLow",
      Detail: JSON.stringify({ sku: dynamodb.Keys.sku.S }),
    }));
  if (Entries.length > 0) await events.send(new PutEventsCommand({ Entries }));
}
