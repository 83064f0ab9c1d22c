import React, { useState } from 'react';
import { postJson, useLoaded } from './api.ts';
import { Facts, Loading, Message, Page } from './parts.tsx';
import { RecordForm } from './record-form.tsx';
import type { Answer, Errors, FormField, Labelled } from './types.ts';

interface Profile {
  readonly facts: readonly Labelled[];
  readonly fields: readonly FormField[];
}

/** One's own profile: who one is here, one's password, one's sessions. */
export default function ProfilePage() {
  const { data, error } = useLoaded<Profile>('/pages/profile');
  const [said, setSaid] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  const [busy, setBusy] = useState(false);
  return (
    <Page title="Your profile">
      {error && <Message tone="bad">{error}</Message>}
      {said && <Message tone="good">{said}</Message>}
      {!data && !error && <Loading />}
      {data && (
        <>
          <section className="card" aria-label="You">
            <Facts fields={data.facts} />
          </section>
          <h2>Change your password</h2>
          <RecordForm
            key={turn}
            fields={data.fields}
            values={{}}
            version={undefined}
            submitLabel="Change password"
            cancelTo={() => setTurn(turn + 1)}
            send={async (values) => {
              const answer = await postJson<Answer & { errors?: Errors }>('/pages/profile', values);
              return answer.errors ? ({ ...answer, record: { errors: answer.errors } } as Answer) : answer;
            }}
            done={(answer) => {
              setSaid(answer.notice?.message ?? null);
              setTurn(turn + 1);
            }}
          />
          <section className="card" aria-label="Sessions">
            <h2>Signed in elsewhere?</h2>
            <p>This ends your sessions on every device, this one included.</p>
            <p className="form-actions">
              <button
                type="button"
                className="danger"
                disabled={busy}
                onClick={() => {
                  setBusy(true);
                  postJson<Answer>('/pages/profile', { verb: 'signOutEverywhere' }).then(
                    (answer) => window.location.assign(answer.redirectUrl ?? '/admin/login'),
                    () => setBusy(false),
                  );
                }}
              >
                Sign out everywhere
              </button>
            </p>
          </section>
        </>
      )}
    </Page>
  );
}
