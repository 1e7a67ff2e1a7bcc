"""The payment system: captures, refunds, methods on file, links and autopay."""
