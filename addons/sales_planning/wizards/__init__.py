from . import performance_review_start
