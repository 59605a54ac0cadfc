using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Duramen.Core.Ids;
using Duramen.Disk;
using Duramen.Disk.Memory;
using Duramen.Log.Memory;
using Duramen.State.Entities;
using Duramen.State.Entities.Aggregates;
using Duramen.State.Tests.Tables;

namespace Duramen.State.Tests.Entities;

public sealed class AggregateTests : IAsyncLifetime
{
    private readonly MemoryDisk _disk = new();
    private readonly MemoryLog _log = new(new LogId(Guid.NewGuid()), "sums");
    private readonly List<string> _notices = [];
    private readonly SumCodec _codec = new();
    private EntityLog _entities = null!;
    private EntitySnapshots _snapshots = null!;

    private AggregateStore<Sum, long> Sums => new(_entities, _codec, _snapshots);

    public Task InitializeAsync()
    {
        _entities = EntityLog.Open(_disk, "/entities", _log);
        _snapshots = OpenSnapshots();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _snapshots.DisposeAsync();
        await _entities.DisposeAsync();
    }

    [Fact]
    public async Task An_aggregate_is_loaded_from_a_snapshot_and_what_came_after_it()
    {
        await AddManyAsync(250);
        _codec.Decoded = 0;
        Assert.Equal(250, (await Sums.LoadAsync("a")).Value);
        Assert.InRange(_codec.Decoded, 0, 50);
        Assert.Equal(120, (await Sums.LoadAsync("a", new Offset(120))).Value);
    }

    [Fact]
    public async Task Snapshots_outlive_their_closing_and_the_trimming_of_what_they_are_of()
    {
        await AddManyAsync(250);
        await _snapshots.DisposeAsync();
        _snapshots = OpenSnapshots();
        await _log.TrimAsync(new Offset(180));
        Sum sum = await Sums.LoadAsync("a");
        Assert.Equal((250, 250), (sum.Value, sum.Version.Value));
    }

    [Fact]
    public async Task Without_a_snapshot_an_entity_that_was_trimmed_is_not_loaded_wrong()
    {
        await AddManyAsync(50);
        await _log.TrimAsync(new Offset(10));
        EntityException trimmed = await Assert.ThrowsAsync<EntityException>(() => Sums.LoadAsync("a").AsTask());
        Assert.Equal(EntityErrors.Trimmed, trimmed.Code);
    }

    [Fact]
    public async Task A_snapshot_of_another_version_of_the_state_is_not_used()
    {
        await AddManyAsync(200);
        Sum.CurrentStateVersion = 2;
        try
        {
            _codec.Decoded = 0;
            Assert.Equal(200, (await Sums.LoadAsync("a")).Value);
            Assert.Equal(200, _codec.Decoded);
        }
        finally
        {
            Sum.CurrentStateVersion = 1;
        }
    }

    [Fact]
    public async Task Damaged_snapshots_are_said_and_everything_is_loaded_from_the_log()
    {
        await AddManyAsync(200);
        await _snapshots.DisposeAsync();
        foreach (string file in _disk.ListFiles("/snapshots"))
        {
            if (file.EndsWith(".run", StringComparison.Ordinal))
            {
                using IDiskFile run = _disk.Open($"/snapshots/{file}", DiskFileMode.Existing);
                run.Write([0xFF, 0xFF, 0xFF], 2);
            }
        }

        _snapshots = OpenSnapshots();
        Assert.Equal(200, (await Sums.LoadAsync("a")).Value);
        Assert.Contains(_notices, notice => notice.Contains("/snapshots", StringComparison.Ordinal));
        await AddManyAsync(100);
        Assert.Equal(300, (await Sums.LoadAsync("a")).Value);
    }

    [Fact]
    public async Task A_record_that_is_no_event_says_where_it_is()
    {
        await AddManyAsync(2);
        await _log.AppendAsync(("a", "no number"));
        EntityException unreadable = await Assert.ThrowsAsync<EntityException>(() => Sums.LoadAsync("a").AsTask());
        Assert.Equal(EntityErrors.Unreadable, unreadable.Code);
        Assert.Contains("offset 2 of log 'sums'", unreadable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_who_updates_gets_his_turn()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int update = 0; update < 20; update++)
            {
                while (true)
                {
                    try
                    {
                        await Sums.UpdateAsync("a", sum => sum.Add(1));
                        break;
                    }
                    catch (EntityException conflict) when (conflict.Code == EntityErrors.Conflict)
                    {
                    }
                }
            }
        })));
        Assert.Equal(160, (await Sums.LoadAsync("a")).Value);
    }

    private EntitySnapshots OpenSnapshots() => EntitySnapshots.Open(_disk, "/snapshots", _log, notice: _notices.Add);

    private async Task AddManyAsync(int count)
    {
        for (int number = 0; number < count; number++)
        {
            await Sums.UpdateAsync("a", sum => sum.Add(1));
        }
    }

    private sealed class Sum : Aggregate<long>, IResumable
    {
        public static int CurrentStateVersion { get; set; } = 1;

        public long Value { get; private set; }

        public int StateVersion => CurrentStateVersion;

        public void Add(long number) => Raise(number);

        public void WriteState(IBufferWriter<byte> target)
        {
            BinaryPrimitives.WriteInt64BigEndian(target.GetSpan(sizeof(long)), Value);
            target.Advance(sizeof(long));
        }

        public void ReadState(ReadOnlySpan<byte> state) => Value = BinaryPrimitives.ReadInt64BigEndian(state);

        protected override void Apply(long happened) => Value += happened;
    }

    private sealed class SumCodec : IEventCodec<long>
    {
        public int Decoded { get; set; }

        public NewRecord Encode(long raised) => raised.ToString(CultureInfo.InvariantCulture);

        public long Decode(EntityRecord record)
        {
            Decoded++;
            return long.Parse(Encoding.UTF8.GetString(record.Value!.Value.Span), CultureInfo.InvariantCulture);
        }
    }
}
