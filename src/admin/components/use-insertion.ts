import { useRef } from 'react';
import type { Part, Words } from './template-types.ts';

export type Typing = HTMLInputElement | HTMLTextAreaElement;

/** Puts a variable where the cursor was last. */
export function useInsertion(words: Words, setWords: (words: Words) => void) {
  const refs = {
    subject: useRef<Typing>(null),
    html: useRef<Typing>(null),
    text: useRef<Typing>(null),
  };
  const last = useRef<Part>('html');
  const insert = (name: string) => {
    const part = last.current;
    const field = refs[part].current;
    const from = field?.selectionStart ?? words[part].length;
    const to = field?.selectionEnd ?? from;
    const said = `{{ ${name} }}`;
    setWords({ ...words, [part]: words[part].slice(0, from) + said + words[part].slice(to) });
    window.requestAnimationFrame(() => {
      field?.focus();
      field?.setSelectionRange(from + said.length, from + said.length);
    });
  };
  const remember = (part: Part) => {
    last.current = part;
  };
  return { refs, insert, remember };
}
