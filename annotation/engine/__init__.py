"""What annotation is paid for and keeps: `teacher` is who is asked, `replies` the store that no reply is lost from."""
