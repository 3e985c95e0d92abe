"""Accounts in which something goes wrong: a seeder with its ledger, AWS below the socket, and the table of faults."""
