import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import jwt from "jsonwebtoken";
import _ from "lodash";

const topics = new SNSClient({});

export async function handler(event) {
  const member = jwt.verify(event.headers["x-session"], process.env.SESSION_SIGNING_KEY, { algorithms: ["HS256"] });
  const order = { member: member.sub, lines: _.uniqBy(JSON.parse(event.body).lines, "sku") };

  await topics.send(new PublishCommand({ TopicArn: process.env.ORDERS_TOPIC, Message: JSON.stringify(order) }));
  return { statusCode: 202 };
}
