"""What happens: assess, plan, review, supervise, visit, step up or down, close."""
