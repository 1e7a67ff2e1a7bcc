# METADATA
# title: Large amounts of money back need fresh proof of who the customer is
package contact_centre.rules.money_back.strong_amount

import data.contact_centre.call
import data.contact_centre.customer
import data.contact_centre.limits
import data.contact_centre.money

report contains {"effect": "step_up", "message": message} if {
	call.group == "money_back"
	call.amount_minor > limits.money("strong_minor")
	not customer.freshly_strong
	message := concat("", ["More than ", money.text(limits.money("strong_minor")), " needs a fresh verification code."])
}
