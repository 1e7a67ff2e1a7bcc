"""The web widget: a company's customers talk to the assistant on the company's own pages."""
