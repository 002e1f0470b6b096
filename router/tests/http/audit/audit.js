// Runs the public audit against the server whose URL is given; one line for each check: its outcome, id and name.
import { serverAudits } from "graphql-http";

for (const audit of serverAudits({ url: process.argv[2] })) {
  const { id, name, status, reason } = await audit.fn();
  console.log([status, id, name, ...(reason ? [`(${reason})`] : [])].join(" "));
}
