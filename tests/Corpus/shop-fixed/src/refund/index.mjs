export async function handler(event) {
  const { order, amount } = JSON.parse(event.body);
  const answer = await fetch(process.env.GATEWAY_URL, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`shop:${process.env.GATEWAY_PASSWORD}`)}` },
    body: JSON.stringify({ order, amount }),
  });
  return { statusCode: answer.status };
}
