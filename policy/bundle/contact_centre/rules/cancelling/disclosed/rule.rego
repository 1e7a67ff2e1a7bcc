# METADATA
# title: Before cancelling the customer hears the effective date and the final bill
package contact_centre.rules.cancelling.disclosed

import data.contact_centre.call
import data.contact_centre.moment
import data.contact_centre.money

report contains {"effect": "allow", "message": "Customers may cancel; date and final bill are disclosed."} if {
	call.group == "cancel"
	disclosure
}

report contains {"effect": "deny", "message": "The effective date and the final bill are not known."} if {
	call.group == "cancel"
	not disclosure
}

obligation contains {"type": "disclose", "text": disclosure} if call.group == "cancel"

# English where we have no text in the customer's language.
default locale := "en"

locale := input.conversation.locale if data.disclosures.cancellation[input.conversation.locale]

terms := call.item(input.resource.subscriptions, "subscription_id", call.arguments.subscription_id).cancellation

disclosure := strings.replace_n(
	{"{day}": day_in_words, "{amount}": money.local_text(terms.final_bill_minor, locale)},
	data.disclosures.cancellation[locale],
)

day_in_words := strings.replace_n(
	{
		"{day}": format_int(moment.pairs[substring(terms.effective_on, 8, 2)], 10),
		"{month}": data.disclosures.months[locale][moment.pairs[substring(terms.effective_on, 5, 2)] - 1],
		"{year}": substring(terms.effective_on, 0, 4),
	},
	data.disclosures.days[locale],
) if {
	moment.day(terms.effective_on)
	count(terms.effective_on) == 10
}
