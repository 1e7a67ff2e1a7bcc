# METADATA
# title: A signed-in customer may change their service, get a payment link, leave a note, open a case
package contact_centre.rules.changes.request

import data.contact_centre.call

report contains {"effect": "allow", "message": message} if {
	some wanted, message in messages
	call.group == wanted
}

messages := {
	"change": "Customers may change their own service.",
	"payment_link": "Customers may be sent a payment link.",
	"note": "A note may be added to the customer's record.",
	"case": "A case may be opened for the customer.",
}
