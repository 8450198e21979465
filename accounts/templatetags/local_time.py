from django import template

from accounts.pages import local_time

register = template.Library()
register.filter("clock_time", local_time.clock_time)
register.filter("bare_clock_time", local_time.bare_clock_time)
register.filter("full_time", local_time.full_time)
register.simple_tag(local_time.time_element, name="time")
