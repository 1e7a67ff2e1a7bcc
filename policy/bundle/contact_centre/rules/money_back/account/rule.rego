# METADATA
# title: Without the customer's account no money goes back
package contact_centre.rules.money_back.account

import data.contact_centre.call
import data.contact_centre.customer

report contains {"effect": "deny", "message": "The customer's account could not be read."} if {
	call.group == "money_back"
	not customer.account
}
