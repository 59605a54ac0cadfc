using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    /// <summary>Steps of one random walk: enough to meet every operation many times, few enough for a real disk.</summary>
    private const int StepsPerWalk = 120;

    [Theory]
    [InlineData(CommitRule.WhenDurable, 1)]
    [InlineData(CommitRule.WhenDurable, 2)]
    [InlineData(CommitRule.WhenDurable, 3)]
    [InlineData(CommitRule.WhenDurable, 4)]
    [InlineData(CommitRule.WhenTold, 5)]
    [InlineData(CommitRule.WhenTold, 6)]
    [InlineData(CommitRule.WhenTold, 7)]
    [InlineData(CommitRule.WhenTold, 8)]
    [InlineData(CommitRule.WhenTold, 9)]
    [InlineData(CommitRule.WhenTold, 10)]
    public async Task A_random_walk_of_operations_gives_what_a_plain_list_gives(CommitRule rule, int seed)
    {
        Walk walk = new(rule, seed, await NewLogAsync(rule));
        for (int step = 0; step < StepsPerWalk; step++)
        {
            string operation = "choosing";
            try
            {
                operation = walk.Choose(Survives);
                await (operation == "reopen" ? ReopenAsync(walk) : walk.DoAsync(operation));
                Assert.Equal(walk.Model.Watermarks, walk.Log.Watermarks);
            }
            catch (Exception failure)
            {
                Assert.Fail($"Seed {seed}, step {step} ({operation}), model {walk.Model.Watermarks}, log {walk.Log.Watermarks}: {failure}");
            }
        }

        Assert.Equal(walk.Model.Read(walk.Model.Start, NoLimits)!.Value.Bytes, await ReadAllAsync(walk.Log));
    }

    private async Task ReopenAsync(Walk walk)
    {
        walk.Log = await OpenAgainAsync(walk.Log);
        if (walk.Log.CommitRule == CommitRule.WhenTold)
        {
            Assert.InRange(walk.Log.Watermarks.Committed.Value, walk.Model.Start, walk.Model.Committed);
            walk.Log.AdvanceCommitted(At(walk.Model.Committed));
        }
    }

    /// <summary>One walk: a log, its model, and the dice.</summary>
    private sealed class Walk(CommitRule rule, int seed, IReplicaLog log)
    {
        private static readonly string[] Always =
        [
            "append", "append", "append", "append at the end", "append elsewhere", "append invalid",
            "read", "read", "read", "find", "trim", "truncate",
        ];

        private static readonly string[] WhenTold = ["advance", "advance"];
        private static readonly string[] WhenItSurvives = ["reopen"];

        private readonly Random _random = new(seed);
        private int _appends;

        public LogModel Model { get; } = new(rule);

        public IReplicaLog Log { get; set; } = log;

        public string Choose(bool survives)
        {
            string[] operations = [.. Always, .. rule == CommitRule.WhenTold ? WhenTold : [], .. survives ? WhenItSurvives : []];
            return operations[_random.Next(operations.Length)];
        }

        public Task DoAsync(string operation) => operation switch
        {
            "append" => AppendAsync(null),
            "append at the end" => AppendAsync(Model.End),
            "append elsewhere" => AppendElsewhereAsync(),
            "append invalid" => AppendInvalidAsync(),
            "read" => ReadAsync(),
            "find" => FindAsync(),
            "trim" => TrimAsync(),
            "truncate" => TruncateAsync(),
            "advance" => AdvanceAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };

        private async Task AppendAsync(long? expectedEnd)
        {
            long[][] batches = [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => RandomTimestamps())];
            LeaderEpoch? epoch = _random.Next(2) == 0 ? null : new LeaderEpoch(_random.Next(100));
            string tag = $"append {_appends++} {new string('x', _random.Next(100))}";
            byte[] bytes = TestBatch.Join(batches.Select(timestampsMs => Make(timestampsMs, tag)));
            long end = Model.End;

            AppendResult result = await Log.AppendAsync(bytes, new AppendOptions(expectedEnd is long expected ? At(expected) : null, epoch));

            Model.Append(batches, timestampsMs => Make(timestampsMs, tag), epoch ?? LeaderEpoch.None);
            Assert.Equal(new AppendResult(At(end), At(Model.End)), result);
        }

        private async Task AppendElsewhereAsync()
        {
            long elsewhere = RandomOffset();
            AppendOutcome outcome = await Log.TryAppendAsync(
                TestBatch.Tagged("elsewhere"), new AppendOptions(At(elsewhere == Model.End ? Model.End + 1 : elsewhere)));

            Assert.False(outcome.Appended);
            Assert.Equal(At(Model.End), outcome.ActualEnd);
        }

        private Task AppendInvalidAsync()
        {
            string[] names = [.. InvalidBatches.Keys];
            byte[] invalid = [.. InvalidBatches[names[_random.Next(names.Length)]]];
            return RefusesAsync(LogErrors.InvalidBatch, () => Log.AppendAsync(invalid).AsTask());
        }

        private async Task ReadAsync()
        {
            long from = RandomOffset();
            int maxBytes = _random.Next(3) == 0 ? int.MaxValue : _random.Next(2_000);
            int maxRecords = _random.Next(3) == 0 ? _random.Next(20) : int.MaxValue;
            ReadLimits limits = new(maxBytes, maxRecords);
            if (Model.Read(from, limits) is not (byte[] bytes, long next))
            {
                await RefusesAsync(LogErrors.OffsetOutOfRange, () => Log.ReadAsync(At(from), limits).AsTask());
                return;
            }

            using LogSlice slice = await Log.ReadAsync(At(from), limits);
            byte[] actual = slice.Batches.ToArray();
            if (actual.Length == bytes.Length)
            {
                Assert.Equal(At(next), slice.NextOffset);
            }

            // A read may stop short of its limits between two batches, but never returns nothing where there is something.
            Assert.Equal(bytes[..actual.Length], actual);
            Assert.Equal(bytes.Length > 0, actual.Length > 0);
            Assert.Equal(Split(actual).Select(batch => batch.NextOffset).LastOrDefault(At(next)), slice.NextOffset);
        }

        private async Task FindAsync()
        {
            long timestampMs = _random.Next(1_100);
            Assert.Equal(Model.Find(timestampMs), await Log.FindTimestampAsync(timestampMs));
        }

        private async Task TrimAsync()
        {
            // Mostly a little way, or there would never be much to read.
            long newStart = _random.Next(4) == 0 ? RandomOffset() : Model.Start + _random.Next(4);
            await DoOrRefuseAsync(Model.Trim(newStart), () => Log.TrimAsync(At(newStart)).AsTask());
        }

        private async Task TruncateAsync()
        {
            long newEnd = _random.Next(4) == 0 ? RandomOffset() : Model.End - _random.Next(4);
            await DoOrRefuseAsync(Model.Truncate(newEnd), () => Log.TruncateAsync(At(newEnd)).AsTask());
        }

        private Task AdvanceAsync()
        {
            long told = RandomOffset();
            Model.Advance(told);
            Log.AdvanceCommitted(At(told));
            return Task.CompletedTask;
        }

        private static Task DoOrRefuseAsync(bool allowed, Func<Task> call) =>
            allowed ? call() : RefusesAsync(LogErrors.OffsetOutOfRange, call);

        private long[] RandomTimestamps() => [.. Enumerable.Range(0, _random.Next(1, 6)).Select(_ => (long)_random.Next(1_000))];

        /// <summary>From one below the start to two above the end.</summary>
        private long RandomOffset() => _random.NextInt64(Model.Start - 1, Model.End + 3);

        private static byte[] Make(long[] timestampsMs, string tag) =>
            TestBatch.Of(timestampsMs.Select(timestampMs => new TestRecord(timestampMs, null, System.Text.Encoding.UTF8.GetBytes(tag))));
    }
}
