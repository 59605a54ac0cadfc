using System.Buffers.Binary;
using System.Text;
using Duramen.Coordination.Groups;
using Duramen.Coordination.Groups.Commands;
using Duramen.Coordination.Groups.Replies;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.State.Machines;

namespace Duramen.Coordination.Tests.Groups;

/// <summary>A group machine, the records it decided and the time: a host without a log, in which everything happens at once.</summary>
internal sealed class Coordinator
{
    public const string Group = "readers";
    public const int SessionTimeoutMs = 10_000;
    public const int RebalanceTimeoutMs = 60_000;

    private readonly GroupOptions _options;
    private int _ids;

    public Coordinator(GroupOptions? options = null, long nowMs = 1_700_000_000_000)
    {
        _options = options ?? new GroupOptions { InitialRebalanceDelayMs = 0 };
        NowMs = nowMs;
        Machine = new GroupMachine(_options);
        Tick();
    }

    public GroupMachine Machine { get; private set; }

    public long NowMs { get; private set; }

    /// <summary>Everything that was appended.</summary>
    public List<DecidedRecord> Records { get; } = [];

    /// <summary>Asks, and gives the place of the reply, which may come later.</summary>
    public ReplySlot<TReply> Ask<TReply>(ICommand<GroupMachine, TReply> command)
    {
        ReplySlot<TReply> caller = new();
        var decision = new Decision(NowMs);
        command.Decide(Machine, caller, decision);
        Append(decision);
        return caller;
    }

    /// <summary>Asks for what is answered at once.</summary>
    public TReply Answer<TReply>(ICommand<GroupMachine, TReply> command) => Reply(Ask(command));

    /// <summary>The reply that was given.</summary>
    public static TReply Reply<TReply>(ReplySlot<TReply> caller)
    {
        Assert.True(caller.TryGetReply(out TReply? reply), "The call is parked.");
        return reply;
    }

    /// <summary>Lets time pass, with a tick at every deadline.</summary>
    public void Pass(long ms)
    {
        long untilMs = NowMs + ms;
        while (Machine.NextDeadlineMs is long deadlineMs && deadlineMs <= untilMs)
        {
            NowMs = Math.Max(NowMs, deadlineMs);
            Tick();
        }

        NowMs = untilMs;
    }

    /// <summary>Loses the machine, and goes on with one made of the records.</summary>
    public void FailOver()
    {
        Machine = new GroupMachine(_options);
        Apply(Records);
        Tick();
    }

    public JoinGroup NewJoin(string memberId = "", string? instanceId = null, string[]? protocols = null, string metadata = "m", string client = "c") => new()
    {
        GroupId = Group,
        MemberId = memberId,
        InstanceId = instanceId,
        ClientId = client,
        ClientHost = "/10.0.0.1",
        SessionTimeoutMs = SessionTimeoutMs,
        RebalanceTimeoutMs = RebalanceTimeoutMs,
        ProtocolType = "consumer",
        Protocols = [.. (protocols ?? ["range"]).Select(name => new GroupProtocol(name, Encoding.UTF8.GetBytes(metadata)))],
        FreshId = new Guid(++_ids, 0, 0, new byte[8]),
        CanSkipAssignment = true,
    };

    public SyncGroup NewSync(JoinReply joined, params (string MemberId, string Assignment)[] assignments) => new()
    {
        GroupId = Group,
        MemberId = joined.MemberId,
        Generation = joined.Generation,
        ProtocolType = joined.ProtocolType,
        Protocol = joined.Protocol,
        Assignments = [.. assignments.Select(given => new MemberAssignment(given.MemberId, Encoding.UTF8.GetBytes(given.Assignment)))],
    };

    public GroupError Beat(JoinReply joined, string? instanceId = null) => Beat(joined.MemberId, joined.Generation, instanceId);

    public GroupError Beat(string memberId, int generation, string? instanceId = null) =>
        Answer(new Heartbeat { GroupId = Group, MemberId = memberId, Generation = generation, InstanceId = instanceId });

    public GroupError Commit(string memberId, int generation, string topic = "t", long offset = 5, string? instanceId = null, string? metadata = null) =>
        Assert.Single(Answer(new CommitOffsets
        {
            GroupId = Group,
            MemberId = memberId,
            Generation = generation,
            InstanceId = instanceId,
            Offsets = [new OffsetToCommit(topic, 0, new Offset(offset), LeaderEpoch.None, metadata)],
        }));

    public CommittedOffset? Fetch(string topic = "t", int partition = 0) =>
        Assert.Single(Answer(new FetchOffsets(Group, [new TopicPartition(topic, partition)]))).Committed;

    public GroupDescription Describe() => Answer(new DescribeGroup(Group));

    public LeaveReply Leave(string memberId, string? instanceId = null) =>
        Answer(new LeaveGroup { GroupId = Group, Members = [new LeavingMember(memberId, instanceId)] });

    /// <summary>A stable group of dynamic members; the first leads, each has its number for an assignment.</summary>
    public JoinReply[] StableGroup(int count, string[]? protocols = null, string metadata = "m")
    {
        ReplySlot<JoinReply>[] joins = [.. Enumerable.Range(0, count).Select(_ => Ask(NewJoin(protocols: protocols, metadata: metadata)))];

        // Without an initial delay the first has a generation of its own; it joins again when it hears of the others.
        if (count > 1)
        {
            joins[0] = Ask(NewJoin(Reply(joins[0]).MemberId, protocols: protocols, metadata: metadata));
        }

        JoinReply[] members = [.. joins.Select(Reply)];
        JoinReply leader = members.Single(member => member.MemberId == member.LeaderId);
        JoinReply[] ordered = [leader, .. members.Where(member => member != leader)];
        ReplySlot<SyncReply>[] syncs =
        [
            .. ordered.Skip(1).Select(member => Ask(NewSync(member))),
            Ask(NewSync(leader, [.. ordered.Select((member, index) => (member.MemberId, $"{index}"))])),
        ];
        Assert.All(syncs, sync => Assert.Equal(GroupError.None, Reply(sync).Error));
        Assert.Equal(GroupState.Stable, Describe().State);
        return ordered;
    }

    /// <summary>What a consumer says that wants to read topics.</summary>
    public static byte[] Subscription(params string[] topics)
    {
        using MemoryStream bytes = new();
        Span<byte> word = stackalloc byte[4];
        bytes.Write([0, 1]);
        BinaryPrimitives.WriteInt32BigEndian(word, topics.Length);
        bytes.Write(word);
        foreach (string topic in topics)
        {
            BinaryPrimitives.WriteInt16BigEndian(word, (short)topic.Length);
            bytes.Write(word[..2]);
            bytes.Write(Encoding.UTF8.GetBytes(topic));
        }

        // User data: none; owned partitions: none.
        bytes.Write([255, 255, 255, 255, 0, 0, 0, 0]);
        return bytes.ToArray();
    }

    private void Tick()
    {
        var decision = new Decision(NowMs);
        Machine.Tick(decision);
        Append(decision);
    }

    private void Append(Decision decision)
    {
        Records.AddRange(decision.Records);
        Apply(decision.Records);
    }

    /// <summary>Applies records as they come out of a log.</summary>
    private void Apply(IReadOnlyList<DecidedRecord> records)
    {
        if (records.Count == 0)
        {
            return;
        }

        using RecordBatchBuilder builder = new();
        foreach (DecidedRecord record in records)
        {
            builder.Append(NowMs, record.Key, record.Value);
        }

        Assert.True(RecordBatchView.TryRead(builder.Build().Span, out RecordBatchView batch));
        using RecordBatchDecoder decoder = new();
        Assert.True(decoder.Open(batch, out RecordReader reader).IsNone);
        while (reader.TryRead(out RecordView view))
        {
            Machine.Apply(view);
        }

        Assert.True(reader.Fault.IsNone);
    }
}
