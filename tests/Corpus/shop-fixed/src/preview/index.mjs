export async function handler(event) {
  const picture = await fetch(`https://images.example.com/${encodeURIComponent(event.queryStringParameters.source)}`);
  const body = Buffer.from(await picture.arrayBuffer()).toString("base64");
  return { statusCode: 200, headers: { "content-type": "image/png" }, isBase64Encoded: true, body };
}
