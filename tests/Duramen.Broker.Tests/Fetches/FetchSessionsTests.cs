using Duramen.Broker.Fetches;
using Duramen.Broker.Requests;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Clocks;

namespace Duramen.Broker.Tests.Fetches;

/// <summary>Who gets a place among the sessions, and who loses it.</summary>
public sealed class FetchSessionsTests
{
    private static readonly TimeSpan Safe = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly FakeTime _time = new();

    [Fact]
    public void A_session_that_nobody_used_for_two_minutes_gives_its_place_to_a_new_one()
    {
        using var sessions = new FetchSessions(2, _time);
        FetchSession unused = Enter(sessions, 100);
        FetchSession used = Enter(sessions, 100);
        Assert.False(sessions.TryEnter(Make(1)));
        _time.Advance(Safe);
        Use(sessions, used);
        Assert.False(sessions.TryEnter(Make(1)));
        _time.Advance(Moment);
        Enter(sessions, 1);
        Assert.Null(sessions.Take(unused.Id, unused.Epoch, out KafkaError error));
        Assert.Equal(KafkaError.FetchSessionIdNotFound, error);
        Use(sessions, used);
    }

    [Fact]
    public void A_larger_session_takes_the_place_of_the_smallest_that_has_had_its_own_for_two_minutes()
    {
        using var sessions = new FetchSessions(2, _time);
        FetchSession large = Enter(sessions, 50);
        FetchSession small = Enter(sessions, 5);
        _time.Advance(Safe + Moment);
        Use(sessions, large);
        Use(sessions, small);
        Assert.False(sessions.TryEnter(Make(5)));
        FetchSession young = Enter(sessions, 6);
        Assert.Null(sessions.Take(small.Id, small.Epoch, out _));

        // It has its place for two minutes too, whatever comes.
        Assert.False(sessions.TryEnter(Make(7)));
        Use(sessions, large);
        Use(sessions, young);
    }

    [Fact]
    public void A_session_that_loses_its_place_in_the_middle_of_a_fetch_ends_with_that()
    {
        using var sessions = new FetchSessions(1, _time);
        FetchSession busy = Enter(sessions, 1);
        _time.Advance(Safe + Moment);
        Assert.NotNull(sessions.Take(busy.Id, busy.Epoch, out _));
        Enter(sessions, 2);
        sessions.Return(busy);
        Assert.Null(sessions.Take(busy.Id, busy.Epoch, out KafkaError error));
        Assert.Equal(KafkaError.FetchSessionIdNotFound, error);
        Assert.Equal(1, sessions.Count);
    }

    [Fact]
    public void All_sessions_together_have_only_so_many_partitions_and_a_large_one_ends_no_others()
    {
        using var sessions = new FetchSessions(1000, _time);
        FetchSession first = Enter(sessions, 10);
        Assert.False(sessions.TryEnter(Make(RequestLimits.FetchSessionPartitions + 1)));
        _time.Advance(Safe + Moment);
        Use(sessions, first);
        Assert.False(sessions.TryEnter(Make(RequestLimits.FetchSessionPartitions - 9)));
        Use(sessions, first);
        FetchSession grows = Enter(sessions, RequestLimits.FetchSessionPartitions - 10);
        Assert.True(sessions.TryCount(grows));
        grows.Set.Add(new FetchedPartition("more", new FetchRequest.Partition()));
        Assert.False(sessions.TryCount(grows));
        sessions.End(grows.Id);
        Enter(sessions, 20);
        Assert.Equal(2, sessions.Count);
    }

    [Fact]
    public void Epochs_go_on_at_1_after_the_largest()
    {
        using var sessions = new FetchSessions(1, _time);
        FetchSession session = Enter(sessions, 1);
        session.Epoch = int.MaxValue;
        Use(sessions, session);
        Assert.Equal(1, session.Epoch);
    }

    private static FetchSession Make(int partitions)
    {
        var set = new FetchSet(partitions);
        for (int index = 0; index < partitions; index++)
        {
            set.Add(new FetchedPartition("t", new FetchRequest.Partition { Index = index }));
        }

        return FetchSession.TryMake(set)!;
    }

    private static FetchSession Enter(FetchSessions sessions, int partitions)
    {
        FetchSession session = Make(partitions);
        Assert.True(sessions.TryEnter(session));
        sessions.Return(session);
        return session;
    }

    private static void Use(FetchSessions sessions, FetchSession session)
    {
        Assert.Same(session, sessions.Take(session.Id, session.Epoch, out _));
        sessions.Return(session);
    }
}
