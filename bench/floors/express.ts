import express from 'express';
import { quoteRequestSchema } from '../../src/pricing/quote-request.ts';

/** Express as its documentation has it: `express.json()`, the schema of a quote, `response.json` of what was posted first. */
let answer: unknown = {};

const app = express();
app.use(express.json());
app.get('/', (_request, response) => {
  response.json(answer);
});
app.post('/bytes', (request, response) => {
  answer = request.body;
  response.json(answer);
});
app.post('/echo', (request, response) => {
  quoteRequestSchema.parse(request.body);
  response.json(answer);
});
app.listen(Number(process.argv[2]), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
