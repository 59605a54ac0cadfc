using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Core.Checksums;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.State.Machines;

namespace Duramen.Coordination.Tests.Groups;

/// <summary>
/// Many consumers and their coordinator in virtual time: some crash, leave, come back, are slow or lose their connection, and the coordinator is lost and
/// made again from its records. Then the trouble ends, and the group has to become stable with everybody in it who lives.
/// </summary>
internal sealed class GroupSimulation
{
    // Nothing that was started in the trouble lasts longer: a first join that is parked for a caller who is gone, then its session, then a rebalance
    // that waits for somebody who does not come, and one that waits for a sync.
    private const long CalmLimitMs =
        GroupLimits.NewMemberJoinTimeoutMs + SimulatedConsumer.SessionTimeoutMs + (3 * SimulatedConsumer.RebalanceTimeoutMs) + 10_000;

    private const string SimpleGroup = "simple";

    private readonly Prng _prng;
    private readonly Coordinator _coordinator;
    private readonly List<SimulatedConsumer> _consumers = [];
    private readonly double _trouble;
    private readonly ulong _seed;
    private long _simpleOffset;

    public GroupSimulation(ulong seed)
    {
        _seed = seed;
        _prng = Prng.ForStream(seed, "world");
        _trouble = _prng.NextDouble() * 0.05;
        _coordinator = new Coordinator(new GroupOptions
        {
            InitialRebalanceDelayMs = _prng.NextBool() ? 0 : 3_000,

            // A group without offsets that is forgotten starts again at generation 1, which the oracle could not tell apart.
            ExpiryCheckIntervalMs = 1L << 40,
        });
        int count = 1 + _prng.NextInt32(9);
        for (int i = 0; i < count; i++)
        {
            AddConsumer();
        }
    }

    public GroupOracle Oracle { get; } = new();

    /// <summary>The number of times that the coordinator was lost.</summary>
    public int FailOvers { get; private set; }

    public void Run()
    {
        int steps = 300 + _prng.NextInt32(300);
        for (int i = 0; i < steps; i++)
        {
            MakeTrouble();
            Step(isTroubled: true);
        }

        // Who was too slow may not know yet that it is out: its next heartbeat tells it.
        _consumers.ForEach(static consumer => consumer.Hurry());
        long calmSinceMs = _coordinator.NowMs;
        StepFor(SimulatedConsumer.SessionTimeoutMs);
        while (!IsSettled())
        {
            Assert.True(_coordinator.NowMs - calmSinceMs <= CalmLimitMs, $"After {_coordinator.NowMs - calmSinceMs} ms without trouble the group is not stable: {Describe()}");
            Step(isTroubled: false);
        }

        // Once settled it stays so: nothing is left over that starts another rebalance.
        int generation = _consumers.Where(consumer => consumer.IsAlive).Select(consumer => consumer.Generation).FirstOrDefault();
        StepFor(3 * SimulatedConsumer.SessionTimeoutMs);
        Oracle.Check(_coordinator);
        Assert.True(IsSettled(), Describe());
        Assert.All(_consumers.Where(consumer => consumer.IsAlive), consumer => Assert.Equal(generation, consumer.Generation));
    }

    /// <summary>A checksum over everything that the coordinator appended.</summary>
    public uint Digest()
    {
        List<byte> all = [];
        foreach (DecidedRecord record in _coordinator.Records)
        {
            all.AddRange(record.Key);
            all.AddRange(record.Value ?? []);
        }

        return Crc32C.Compute(all.ToArray());
    }

    private void MakeTrouble()
    {
        if (_prng.NextBool(_trouble / 4))
        {
            _coordinator.FailOver();
            FailOvers++;
            _consumers.ForEach(static consumer => consumer.Disconnect());
            Oracle.Check(_coordinator);
        }

        if (_consumers.Count < 12 && _prng.NextBool(_trouble / 2))
        {
            AddConsumer();
        }

        foreach (SimulatedConsumer consumer in _consumers)
        {
            if (!_prng.NextBool(_trouble))
            {
                continue;
            }

            switch (_prng.NextInt32(5))
            {
                case 0 when consumer.IsAlive:
                    consumer.Crash();
                    break;
                case 1 when consumer.IsAlive:
                    consumer.Leave();
                    break;
                case 2 when consumer.IsAlive:
                    consumer.Resubscribe();
                    break;
                case 3 when consumer.IsAlive:
                    consumer.Disconnect();
                    break;
                case int when !consumer.IsAlive:
                    consumer.Restart();
                    break;
            }
        }
    }

    private void StepFor(long ms)
    {
        long untilMs = _coordinator.NowMs + ms;
        while (_coordinator.NowMs < untilMs)
        {
            Step(isTroubled: false);
        }
    }

    private void Step(bool isTroubled)
    {
        _coordinator.Pass(_prng.NextInt32(1_000));
        SimulatedConsumer[] turns = [.. _consumers];
        _prng.Shuffle<SimulatedConsumer>(turns);
        foreach (SimulatedConsumer consumer in turns)
        {
            consumer.Step(isSlow: isTroubled && _prng.NextBool(_trouble));
        }

        if (_prng.NextBool(0.1))
        {
            ReadWithoutGroup();
        }

        if (_prng.NextBool(0.05))
        {
            Oracle.Check(_coordinator);
        }
    }

    /// <summary>Who assigns partitions to itself goes on exactly where it was.</summary>
    private void ReadWithoutGroup()
    {
        CommittedOffset? committed = Assert.Single(_coordinator.Answer(new FetchOffsets(SimpleGroup, [new TopicPartition("t", 0)]))).Committed;
        Assert.Equal(_simpleOffset, committed?.Offset.Value ?? 0);
        _simpleOffset += 1 + _prng.NextInt32(5);
        Assert.Equal([GroupError.None], _coordinator.Answer(new CommitOffsets
        {
            GroupId = SimpleGroup,
            Offsets = [new OffsetToCommit("t", 0, new Offset(_simpleOffset), LeaderEpoch.None, null)],
        }));
    }

    private void AddConsumer()
    {
        int number = _consumers.Count;
        _consumers.Add(new SimulatedConsumer(number, _coordinator, Oracle, Prng.ForStream(_seed, "consumer", number)));
    }

    /// <summary>Whether everybody who lives reads in one generation, every partition has one of them, and nobody else is a member.</summary>
    private bool IsSettled()
    {
        SimulatedConsumer[] alive = [.. _consumers.Where(static consumer => consumer.IsAlive)];
        if (alive.Length == 0)
        {
            return _coordinator.Describe().State is GroupState.Empty or GroupState.Dead;
        }

        return alive.All(consumer => consumer.Owned is not null && !consumer.IsWaiting && consumer.Generation == alive[0].Generation)
            && _coordinator.Describe() is { State: GroupState.Stable } group
            && group.Members.Count == alive.Length
            && alive.Sum(consumer => consumer.Owned!.Length) == SimulatedConsumer.Partitions;
    }

    private string Describe()
    {
        GroupDescription group = _coordinator.Describe();
        return $"{group.State} with {group.Members.Count} members ({string.Join(", ", group.Members.Select(member => member.MemberId))}) and "
            + $"{_consumers.Count(consumer => consumer.IsAlive)} living consumers, of whom {_consumers.Count(consumer => consumer.Owned is not null)} read.";
    }
}
