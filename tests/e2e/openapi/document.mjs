// The document as the tests use it: its operations with everything resolved, and a check of answers against them.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const methods = ['get', 'put', 'post', 'delete', 'patch'];

// Every answer is checked here, and what was seen is counted, so that no documented answer goes untested.
export class Document {
  static async load(modules, served) {
    const require = createRequire(pathToFileURL(`${modules}/package.json`));
    const parser = require('@apidevtools/swagger-parser');
    const Ajv = require('ajv/dist/2020').default;
    const formats = require('ajv-formats').default;
    if (served.openapi?.split('.').slice(0, 2).join('.') !== '3.1') throw new Error('no OpenAPI 3.1 document');
    await parser.validate(structuredClone(served));
    const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
    formats(ajv);
    const whole = await parser.dereference(structuredClone(served), { dereference: { circular: false } });
    return new Document(served, whole, ajv);
  }

  constructor(served, whole, ajv) {
    this.served = served;
    this.ajv = ajv;
    this.seen = new Set();
    this.operations = Object.entries(whole.paths).flatMap(([path, item]) =>
      methods.filter((method) => item[method]).map((method) => this.operation(whole, path, item, method)),
    );
  }

  operation(whole, path, item, method) {
    const it = item[method];
    const parameters = [...(item.parameters ?? []), ...(it.parameters ?? [])];
    const content = it.requestBody?.content?.['application/json'];
    return {
      id: it.operationId,
      method: method.toUpperCase(),
      path,
      security: it.security ?? whole.security ?? [],
      schemes: whole.components.securitySchemes,
      roles: it['x-roles'],
      feature: it['x-feature'],
      path_parameters: parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
      query_parameters: parameters.filter((parameter) => parameter.in === 'query'),
      body: content && {
        schema: content.schema,
        examples: content.examples ? Object.values(content.examples).map(({ value }) => value) : [content.example ?? {}],
      },
      responses: it.responses,
    };
  }

  // The examples must be what the schemas say.
  check_examples() {
    for (const operation of this.operations) {
      for (const example of operation.body?.examples ?? []) this.must_match(operation.body.schema, example, operation.id);
      for (const [status, response] of Object.entries(operation.responses)) {
        const content = response.content?.['application/json'];
        if (content?.example) this.must_match(content.schema, content.example, `${operation.id} ${status}`);
      }
    }
  }

  must_match(schema, value, what) {
    const validate = this.ajv.compile(schema);
    if (!validate(value)) {
      throw new Error(`${what}: ${this.ajv.errorsText(validate.errors)}\n${JSON.stringify(value).slice(0, 1500)}`);
    }
  }

  check_answer(operation, answer) {
    const what = `${operation.id} ${answer.status}`;
    const response = operation.responses[answer.status];
    if (!response) throw new Error(`${what} is not documented: ${answer.text.slice(0, 500)}`);
    this.seen.add(what);
    const types = Object.keys(response.content ?? {});
    if (types.length > 0 && !types.includes(answer.type)) throw new Error(`${what}: "${answer.type}" is not documented`);
    const schema = response.content?.[answer.type]?.schema;
    if (answer.type !== 'application/json') return;
    if (answer.json === undefined) throw new Error(`${what}: no JSON: ${answer.text.slice(0, 500)}`);
    this.must_match(schema, answer.json, what);
    if (answer.json?.error?.code) this.seen.add(`${what} ${answer.json.error.code}`);
  }

  // What the document promises, as it is named when it is seen.
  promises() {
    return this.operations.flatMap((operation) =>
      Object.entries(operation.responses)
        .filter(([status]) => status !== 'default')
        .flatMap(([status, response]) => {
          const codes = codes_of(response.content?.['application/json']?.schema);
          return codes.length > 0
            ? codes.map((code) => `${operation.id} ${status} ${code}`)
            : [`${operation.id} ${status}`];
        }),
    );
  }
}

// The last part of an error's schema narrows the codes of all errors to those of one answer.
function codes_of(schema) {
  return schema?.allOf?.at(-1).properties?.error?.properties?.code?.enum ?? [];
}
