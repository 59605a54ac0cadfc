using System.Security.Cryptography;
using Duramen.Broker.Requests;
using Duramen.Kafka;

namespace Duramen.Broker.Fetches;

/// <summary>
/// The fetch sessions of all clients. There are only so many, of sessions and of partitions in them, and as in Kafka a new one gets the place of one that
/// nobody used for two minutes, or of a smaller one that has had its place for that long. A client that gets none names its partitions each time. Safe to
/// call from any thread.
/// </summary>
internal sealed class FetchSessions(int maxSessions, TimeProvider time) : IDisposable
{
    /// <summary>The epoch of a request that names all partitions and asks for a session.</summary>
    public const int InitialEpoch = 0;

    /// <summary>The epoch of a request that names all partitions and wants no session, or no longer.</summary>
    public const int FinalEpoch = -1;

    private const int None = 0;

    /// <summary>Kafka's <c>min.incremental.fetch.session.eviction.ms</c>.</summary>
    private static readonly TimeSpan SafeFor = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, FetchSession> _sessions = [];
    private long _partitions;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count;
            }
        }
    }

    /// <summary>Gives a new session its number, if there is a place for it; the caller goes on owning it until <see cref="Return"/>.</summary>
    public bool TryEnter(FetchSession session)
    {
        lock (_gate)
        {
            int count = session.Set.Count;
            if (maxSessions == 0 || count > RequestLimits.FetchSessionPartitions)
            {
                return false;
            }

            while (_sessions.Count >= maxSessions || _partitions + count > RequestLimits.FetchSessionPartitions)
            {
                // A place is taken from a smaller one; room for partitions is not, or one large session would end many.
                if (FindWeakest(_sessions.Count >= maxSessions ? count : 0) is not FetchSession weakest)
                {
                    return false;
                }

                Remove(weakest);
            }

            do
            {
                session.Id = RandomNumberGenerator.GetInt32(1, int.MaxValue);
            }
            while (!_sessions.TryAdd(session.Id, session));
            session.Epoch = InitialEpoch + 1;
            session.IsBusy = true;
            session.BeganAt = session.UsedAt = time.GetTimestamp();
            _partitions += session.CountedPartitions = count;
            return true;
        }
    }

    /// <summary>Finds the session of a request and gives it to the caller until <see cref="Return"/>; null with an error when that cannot be.</summary>
    public FetchSession? Take(int id, int epoch, out KafkaError error)
    {
        lock (_gate)
        {
            FetchSession? session = _sessions.GetValueOrDefault(id);
            error =
                session is null ? KafkaError.FetchSessionIdNotFound
                : session.IsBusy || session.Epoch != epoch ? KafkaError.InvalidFetchSessionEpoch
                : KafkaError.None;
            if (error != KafkaError.None)
            {
                return null;
            }

            session!.IsBusy = true;
            session.Epoch = epoch == int.MaxValue ? InitialEpoch + 1 : epoch + 1;
            session.UsedAt = time.GetTimestamp();
            return session;
        }
    }

    /// <summary>Counts the partitions of a session anew; whether it may have as many.</summary>
    public bool TryCount(FetchSession session)
    {
        lock (_gate)
        {
            if (IsIn(session))
            {
                _partitions += session.Set.Count - session.CountedPartitions;
                session.CountedPartitions = session.Set.Count;
            }

            return _partitions <= RequestLimits.FetchSessionPartitions;
        }
    }

    /// <summary>The fetch with a session is over.</summary>
    public void Return(FetchSession session)
    {
        bool isOver;
        lock (_gate)
        {
            session.IsBusy = false;
            session.UsedAt = time.GetTimestamp();
            isOver = !IsIn(session);
        }

        if (isOver)
        {
            session.Dispose();
        }
    }

    /// <summary>Ends a session; does nothing when there is none of that number.</summary>
    public void End(int id)
    {
        lock (_gate)
        {
            if (id != None && _sessions.TryGetValue(id, out FetchSession? session))
            {
                Remove(session);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (FetchSession session in _sessions.Values.ToArray())
            {
                Remove(session);
            }
        }
    }

    private bool IsIn(FetchSession session) => _sessions.GetValueOrDefault(session.Id) == session;

    /// <summary>Takes a session out; one that a fetch is under way with is disposed when that returns it.</summary>
    private void Remove(FetchSession session)
    {
        _sessions.Remove(session.Id);
        _partitions -= session.CountedPartitions;
        if (!session.IsBusy)
        {
            session.Dispose();
        }
    }

    /// <summary>
    /// The session that a new one of a size takes the place of: one that nobody uses, or the smallest of those that are smaller. A look at all of them, which
    /// happens only when there is no place left.
    /// </summary>
    private FetchSession? FindWeakest(int newCount)
    {
        FetchSession? weakest = null;
        foreach (FetchSession session in _sessions.Values)
        {
            if (!session.IsBusy && time.GetElapsedTime(session.UsedAt) > SafeFor)
            {
                return session;
            }

            if (time.GetElapsedTime(session.BeganAt) > SafeFor && session.CountedPartitions < (weakest?.CountedPartitions ?? newCount))
            {
                weakest = session;
            }
        }

        return weakest;
    }
}
