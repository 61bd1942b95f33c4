%% A gen_server as a supervised child of the supervision bench.
%% SPDX-License-Identifier: BSD-3-Clause
-module(supervision_otp_server).
-behaviour(gen_server).

-export([start_link/2, init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

%% Driver is told of the start, and of the stop of a child that was told to trap exits.
start_link(Driver, Child) ->
    gen_server:start_link(?MODULE, {Driver, Child}, []).

init({Driver, trap}) ->
    process_flag(trap_exit, true),
    {ok, Driver};
init({none, _}) ->
    {ok, none};
init({Driver, Child}) ->
    Driver ! {there, Child, self()},
    {ok, Driver}.

handle_call(_, _, Driver) ->
    {reply, ok, Driver}.

handle_cast(_, Driver) ->
    {noreply, Driver}.

handle_info(crash, _) ->
    exit(crash);
handle_info({hold, From}, Driver) ->
    From ! held,
    receive released -> ok end,
    {noreply, Driver};
handle_info(queued, Driver) ->
    {noreply, Driver}.

terminate(shutdown, Driver) when is_pid(Driver) ->
    Driver ! {stopped, erlang:monotonic_time()};
terminate(_, _) ->
    ok.
