"""Evidence is made here: recorded by who compared, approved by who answers, signed by KMS. Judged in policy/gates/."""
