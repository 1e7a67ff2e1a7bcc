"""Northwind Fibre, the reference company: an invented broadband and home-services provider."""
