"""Every statement on policies, codes, certificates, gates and passages."""
