# METADATA
# title: Money for a customer under suspicion of fraud is a person's decision
package contact_centre.rules.money_back.fraud

import data.contact_centre.call
import data.contact_centre.customer

report contains {"effect": "handoff", "message": "The account is flagged for fraud."} if {
	call.group == "money_back"
	"fraud" in customer.flags
}
