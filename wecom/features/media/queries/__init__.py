"""Every statement on material and on uploads, by what they are about."""
