import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

const topics = new SNSClient({});
const secrets = new SecretsManagerClient({});

export async function handler(event) {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: process.env.LEDGER_SECRET_NAME }));
  for (const { body } of event.Records) {
    const order = JSON.parse(JSON.parse(body).Message);
    const booked = await fetch("https://ledger.example.com/invoices", {
      method: "POST",
      headers: { authorization: SecretString },
      body: JSON.stringify(order),
    });

    const Message = JSON.stringify({ order, invoice: await booked.text() });
    await topics.send(new PublishCommand({ TopicArn: process.env.INVOICE_TOPIC, Message }));
  }
}
