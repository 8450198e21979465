"""The notifications that chat makes: their kinds, their texts, and the names of their groups."""
