%% OTP's side of the supervision bench: OTP's own supervisor, over plain processes and over gen_servers.
%% SPDX-License-Identifier: BSD-3-Clause
-module(supervision_otp).
-behaviour(supervisor).

-export([main/1, init/1, start_plain/2, plain/2]).

%% main([Metric, "key=value", ...]): prints one line of JSON, as the other programs of the bench do.
main([Metric | Arguments]) ->
    %% Reports of crashes would go to the terminal; that is not what is compared here.
    logger:set_primary_config(level, none),
    Given = maps:from_list([list_to_tuple(string:split(A, "=")) || A <- Arguments]),
    try measure(Metric, Given) of
        Result -> print(Result), halt(0)
    catch
        Class:Reason:Stack ->
            io:format(standard_error, "~p: ~p ~p~n", [Class, Reason, Stack]),
            halt(1)
    end.

print([{Name, Value} | Details]) ->
    io:format("{\"~s\": ~w", [Name, float(Value)]),
    [io:format(", \"~s\": ~w", [N, float(V)]) || {N, V} <- Details],
    io:format("}~n").

number(Key, Given) ->
    list_to_integer(maps:get(Key, Given)).

%% -- supervisors and children ---------------------------------------------------------------------

start_supervisor(Children, Given) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, {one_for_one, Children, Given}),
    Supervisor.

init({Strategy, Children, Given}) ->
    Flags = #{strategy => Strategy,
              intensity => number("budget", Given),
              period => max(1, number("period_ms", Given) div 1000)},
    {ok, {Flags, Children()}}.

child(Id, Driver, Given) ->
    #{id => Id, start => start_of(Driver, [Id], Given)}.

start_of(Driver, More, Given) ->
    case maps:get("child", Given) of
        "plain" -> {?MODULE, start_plain, [Driver | More]};
        "gen_server" -> {supervision_otp_server, start_link, [Driver | More]}
    end.

start_plain(Driver, Child) ->
    {ok, spawn_link(?MODULE, plain, [Driver, Child])}.

plain(none, _) ->
    plain_loop();
plain(Driver, Child) ->
    Driver ! {there, Child, self()},
    plain_loop().

plain_loop() ->
    receive
        crash -> exit(crash);
        queued -> plain_loop();
        {hold, From} ->
            From ! held,
            receive released -> plain_loop() end
    end.

%% -- metrics --------------------------------------------------------------------------------------

measure("crash_restart", Given) ->
    Children = number("children", Given),
    Crashes = number("crashes", Given),
    Passes = number("passes", Given),
    Seconds = lists:sum([crash_in_turn(Pass * Children, Children, Crashes, Given)
                         || Pass <- lists:seq(0, Passes - 1)]),
    [{value, Children * Crashes * Passes / Seconds}];
measure("crash_restart_one", Given) ->
    Driver = self(),
    start_supervisor(fun() -> [child(0, Driver, Given)] end, Given),
    Pid = receive {there, 0, First} -> First end,
    {_, _, Next} = crash_one(Pid, 0, now_plus("warm_up_ms", Given)),
    Began = erlang:monotonic_time(),
    {Restarts, Ended, _} = crash_one(Next, 0, now_plus("time_ms", Given)),
    [{value, Restarts / seconds(Ended - Began)}];
measure("start_stop", Given) ->
    process_flag(trap_exit, true),
    Began = erlang:monotonic_time(),
    Supervisor = start_many(Given),
    Up = erlang:monotonic_time(),
    Reference = monitor(process, Supervisor),
    exit(Supervisor, shutdown),
    receive {'DOWN', Reference, process, _, _} -> ok end,
    Ended = erlang:monotonic_time(),
    Children = number("children", Given),
    [{value, Children / seconds(Ended - Began)},
     {start_us, seconds(Up - Began) / Children * 1.0e6},
     {stop_us, seconds(Ended - Up) / Children * 1.0e6}];
measure("memory_per_child", Given) ->
    Before = resident_bytes(),
    Supervisor = start_many(Given),
    garbage_collect(Supervisor),
    garbage_collect(),
    [{value, (resident_bytes() - Before) / number("children", Given)}];
measure("stop_latency", Given) ->
    process_flag(trap_exit, true),
    Times = lists:sort([stop_behind_backlog(Given) || _ <- lists:seq(1, number("repeats", Given))]),
    [{value, lists:last(Times)}, {median_ms, lists:nth(length(Times) div 2 + 1, Times)}].

%% `children` idle children: each with a specification of its own, or as a pool of one template.
start_many(Given) ->
    Numbers = lists:seq(1, number("children", Given)),
    case maps:get("pool", Given) of
        "no" ->
            start_supervisor(fun() -> [child(N, none, Given) || N <- Numbers] end, Given);
        "yes" ->
            Template = fun() -> [#{id => child, start => start_of(none, [], Given)}] end,
            {ok, Supervisor} = supervisor:start_link(?MODULE, {simple_one_for_one, Template, Given}),
            [{ok, _} = supervisor:start_child(Supervisor, [N]) || N <- Numbers],
            Supervisor
    end.

%% The same driver as the one in bench/supervision/crash_load.cpp.
crash_in_turn(First, Children, Crashes, Given) ->
    Driver = self(),
    [start_supervisor(fun() -> [child(Child, Driver, Given)] end, Given)
     || Child <- lists:seq(First, First + Children - 1)],
    Pids = [receive {there, Child, Pid} -> Pid end || Child <- lists:seq(First, First + Children - 1)],
    Began = erlang:monotonic_time(),
    crash_rounds(Pids, Crashes),
    seconds(erlang:monotonic_time() - Began).

crash_rounds(_, 0) ->
    ok;
crash_rounds(Pids, Left) ->
    Next = [begin
                Pid ! crash,
                receive {there, _, Again} -> Again end
            end || Pid <- Pids],
    crash_rounds(Next, Left - 1).

crash_one(Pid, Restarts, Until) ->
    Pid ! crash,
    Next = receive {there, _, Again} -> Again end,
    case Restarts rem 16 =:= 15 andalso erlang:monotonic_time() of
        Now when is_integer(Now), Now >= Until -> {Restarts + 1, Now, Next};
        _ -> crash_one(Next, Restarts + 1, Until)
    end.

stop_behind_backlog(Given) ->
    Child = case maps:get("child", Given) of
                "plain" -> spawn_link(?MODULE, plain, [none, 0]);
                "gen_server" -> {ok, Pid} = supervision_otp_server:start_link(self(), trap), Pid
            end,
    Child ! {hold, self()},
    receive held -> ok end,
    [Child ! queued || _ <- lists:seq(1, number("messages", Given))],
    Asked = erlang:monotonic_time(),
    exit(Child, shutdown),
    Child ! released,
    Stopped = receive
                  {stopped, At} -> receive {'EXIT', Child, _} -> At end;
                  {'EXIT', Child, shutdown} -> erlang:monotonic_time()
              end,
    seconds(Stopped - Asked) * 1.0e3.

%% -- clocks and memory ----------------------------------------------------------------------------

seconds(Native) ->
    erlang:convert_time_unit(Native, native, nanosecond) / 1.0e9.

now_plus(Key, Given) ->
    erlang:monotonic_time() + erlang:convert_time_unit(number(Key, Given), millisecond, native).

resident_bytes() ->
    {ok, File} = file:open("/proc/self/statm", [read, raw]),
    {ok, Line} = file:read(File, 200),
    ok = file:close(File),
    [_, Pages | _] = string:lexemes(Line, " "),
    list_to_integer(Pages) * 4096.
