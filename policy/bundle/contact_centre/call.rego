# METADATA
# description: The proposed call in terms that rules can trust. Whatever has the wrong type is undefined.
package contact_centre.call

tool := concat(".", [input.call.server, input.call.tool]) if {
	is_string(input.call.server)
	is_string(input.call.tool)
}

definition := data.tools[tool]

group := definition.group

kind := definition.kind

arguments := input.call.arguments if is_object(input.call.arguments)

# A positive whole number of minor units.
amount_minor := arguments.amount_minor if {
	whole(arguments.amount_minor)
	arguments.amount_minor >= 1
}

# Whole, not negative, and less than a thousand million in major units, which every engine can spell.
whole(number) if {
	is_number(number)
	number >= 0
	number <= 99999999999
	number == round(number)
}

tenant := input.principal.tenant if {
	is_string(input.principal.tenant)
	input.principal.tenant != ""
}

agent := input.principal.agent if {
	is_string(input.principal.agent.id)
	input.principal.agent.kind in {"specialist", "partner", "representative"}
}

# The item of a list that the gate read, by the value of its id field.
item(resource, field, value) := found if {
	is_array(resource.items)
	some found in resource.items
	found[field] == value
}
