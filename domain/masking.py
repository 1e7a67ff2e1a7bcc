"""Masked forms of contact details: enough for their owner to recognise, too little for anybody else."""


def mask_email(email: str) -> str:
    """Show the first letter and the domain: `a•••@example.com`."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


def mask_phone(phone: str) -> str:
    """Show the last two digits."""
    return f"•••• ••{phone[-2:]}"
