"""What is planned: evenings, openings, posts, museums, roles. The converter of dates is that of `coordinator`."""

from django.urls import path

from shifts.views.coordinator.planning import evenings, museums, openings, posts, roles, table

urlpatterns = [
    path("<slug:edition>/planning/", evenings.planning, name="planning"),
    path("<slug:edition>/planning/evenings/add/", evenings.evening_add, name="evening_add"),
    path("<slug:edition>/planning/evenings/<day:day>/", evenings.evening_edit, name="evening_edit"),
    path("<slug:edition>/planning/evenings/<day:day>/delete/", evenings.evening_delete, name="evening_delete"),
    path("<slug:edition>/planning/evenings/<day:day>/openings/add/", openings.opening_add, name="opening_add"),
    path("<slug:edition>/planning/evenings/<day:day>/posts/", table.posts_table, name="posts_table"),
    path("<slug:edition>/planning/openings/<int:pk>/", openings.opening_edit, name="opening_edit"),
    path("<slug:edition>/planning/openings/<int:pk>/delete/", openings.opening_delete, name="opening_delete"),
    path("<slug:edition>/planning/openings/<int:pk>/posts/", openings.opening_posts, name="opening_posts"),
    path("<slug:edition>/planning/openings/<int:pk>/posts/add/", posts.post_add, name="post_add"),
    path("<slug:edition>/planning/posts/<int:pk>/", posts.post_edit, name="post_edit"),
    path("<slug:edition>/planning/posts/<int:pk>/copy/", posts.post_copy, name="post_copy"),
    path("<slug:edition>/planning/posts/<int:pk>/delete/", posts.post_delete, name="post_delete"),
    path("<slug:edition>/planning/museums/", museums.museum_list, name="museum_list"),
    path("<slug:edition>/planning/museums/add/", museums.museum_add, name="museum_add"),
    path("<slug:edition>/planning/museums/<int:pk>/", museums.museum_edit, name="museum_edit"),
    path("<slug:edition>/planning/roles/", roles.role_list, name="role_list"),
    path("<slug:edition>/planning/roles/add/", roles.role_add, name="role_add"),
    path("<slug:edition>/planning/roles/<int:pk>/", roles.role_edit, name="role_edit"),
]
