/** `Name.member.1`, `Name.member.2`, … of a query protocol form. */
export function membersOf(form: URLSearchParams, name: string): string[] {
  const members: string[] = [];
  for (let number = 1; ; number += 1) {
    const value = form.get(`${name}.member.${number}`);
    if (value === null) return members;
    members.push(value);
  }
}

/** Everyone whom a call names as a recipient, as it was written. */
export function namedRecipients(form: URLSearchParams): string[] {
  const lists = [
    'Destinations',
    'Destination.ToAddresses',
    'Destination.CcAddresses',
    'Destination.BccAddresses',
  ];
  return lists.flatMap((list) => membersOf(form, list));
}
