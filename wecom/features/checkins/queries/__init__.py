"""Every statement on check-ins, by what they are about."""
