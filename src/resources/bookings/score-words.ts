/** What the scores of feedback mean, on the customer's page and on ours. */
export const scoreWords = { 1: 'Very bad', 2: 'Bad', 3: 'All right', 4: 'Good', 5: 'Very good' } as const;
