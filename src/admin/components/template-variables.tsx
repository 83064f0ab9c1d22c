import React from 'react';
import type { Facts } from './template-types.ts';

interface Props {
  readonly variables: Facts['variables'];
  /** `null` while nothing can be typed. */
  readonly insert: ((name: string) => void) | null;
}

/** What the words may name, each with what it is and a sample. */
export function TemplateVariables({ variables, insert }: Props) {
  return (
    <section className="card" aria-label="What can be named">
      <h2>What can be named</h2>
      <p className="help">
        Press one to put it where the cursor is. Words for some mails only:{' '}
        <code>{"{% if amountDue != '' %}…{% endif %}"}</code>
      </p>
      <div className="scroll">
        <table className="small variables">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">What it is</th>
              <th scope="col">Sample</th>
            </tr>
          </thead>
          <tbody>
            {variables.map(({ name, label, sample }) => (
              <tr key={name}>
                <td>
                  <button
                    type="button"
                    className="variable"
                    aria-label={`Insert ${name}`}
                    disabled={insert === null}
                    onClick={() => insert?.(name)}
                  >
                    {`{{ ${name} }}`}
                  </button>
                </td>
                <td>{label}</td>
                <td className="sample">{sample}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
