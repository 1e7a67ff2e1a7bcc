# METADATA
# title: A signed-in customer may pay an invoice
package contact_centre.rules.payments.request

import data.contact_centre.call

report contains {"effect": "allow", "message": "Customers may pay their own invoices."} if call.group == "payment"
