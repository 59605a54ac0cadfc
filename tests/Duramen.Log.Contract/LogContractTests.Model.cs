using System.Text;
using Duramen.Core.Ids;
using Xunit;

namespace Duramen.Log.Contract;

public abstract partial class LogContractTests
{
    /// <summary>Steps of one random walk: enough to meet every operation many times, few enough for a real disk.</summary>
    private const int StepsPerWalk = 120;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ARandom_walk_of_operations_gives_what_a_plain_list_gives(int seed) => await WalkAsync(NewWalk(seed, await NewLogAsync()));

    /// <summary>A walk on a log that commits by itself.</summary>
    private protected virtual Walk NewWalk(int seed, ILog log) => new(this, CommitRule.WhenDurable, seed, log);

    private protected static async Task WalkAsync(Walk walk)
    {
        for (int step = 0; step < StepsPerWalk; step++)
        {
            string operation = "choosing";
            try
            {
                operation = walk.Choose();
                await walk.DoAsync(operation);
                Assert.Equal(walk.Model.Watermarks, walk.Log.Watermarks);
            }
            catch (Exception failure)
            {
                Assert.Fail($"{walk}, step {step} ({operation}), model {walk.Model.Watermarks}, log {walk.Log.Watermarks}: {failure}");
            }
        }

        Assert.Equal(walk.Model.Read(walk.Model.Start, NoLimits)!.Value.Bytes, await ReadAllAsync(walk.Log));
    }

    /// <summary>One walk: a log, its model, and the dice.</summary>
    private protected class Walk(LogContractTests contract, CommitRule rule, int seed, ILog log)
    {
        private int _appends;

        public LogModel Model { get; } = new(rule);

        public ILog Log { get; protected set; } = log;

        protected Random Random { get; } = new(seed);

        protected virtual IReadOnlyList<string> Operations =>
        [
            "append", "append", "append", "append invalid", "read", "read", "read", "find", "trim",
            .. contract.Has(LogAbilities.ConditionalAppends) ? ["append at the end", "append elsewhere"] : Array.Empty<string>(),
        ];

        public string Choose() => Operations[Random.Next(Operations.Count)];

        public override string ToString() => $"Seed {seed} ({rule})";

        public virtual Task DoAsync(string operation) => operation switch
        {
            "append" => AppendAsync(null),
            "append at the end" => AppendAsync(Model.End),
            "append elsewhere" => AppendElsewhereAsync(),
            "append invalid" => AppendInvalidAsync(),
            "read" => ReadAsync(),
            "find" => FindAsync(),
            "trim" => TrimAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };

        private async Task AppendAsync(long? expectedEnd)
        {
            long[][] batches = [.. Enumerable.Range(0, contract.Has(LogAbilities.SeveralBatches) ? Random.Next(1, 5) : 1).Select(_ => RandomTimestamps())];
            LeaderEpoch? epoch = contract.Has(LogAbilities.ChosenEpochs) && Random.Next(2) == 0 ? new LeaderEpoch(Random.Next(100)) : null;
            string tag = $"append {_appends++} {new string('x', Random.Next(100))}";
            byte[] bytes = TestBatch.Join(batches.Select(timestampsMs => Make(timestampsMs, tag)));
            long end = Model.End;

            AppendResult result = await Log.AppendAsync(bytes, new AppendOptions(expectedEnd is long expected ? At(expected) : null, epoch));

            Model.Append(batches, timestampsMs => Make(timestampsMs, tag), epoch ?? contract.UnaskedEpoch);
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
            byte[] invalid = [.. InvalidBatches[names[Random.Next(names.Length)]]];
            return RefusesAsync(LogErrors.InvalidBatch, () => Log.AppendAsync(invalid).AsTask());
        }

        private async Task ReadAsync()
        {
            long from = RandomOffset();
            int maxBytes = Random.Next(3) == 0 ? int.MaxValue : Random.Next(2_000);
            int maxRecords = Random.Next(3) == 0 ? Random.Next(20) : int.MaxValue;
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
            long timestampMs = Random.Next(1_100);
            Assert.Equal(Model.Find(timestampMs), await Log.FindTimestampAsync(timestampMs));
        }

        private async Task TrimAsync()
        {
            // Mostly a little way, or there would never be much to read.
            long newStart = Random.Next(4) == 0 ? RandomOffset() : Model.Start + Random.Next(4);
            await DoOrRefuseAsync(Model.Trim(newStart), () => Log.TrimAsync(At(newStart)).AsTask());
        }

        protected static Task DoOrRefuseAsync(bool allowed, Func<Task> call) =>
            allowed ? call() : RefusesAsync(LogErrors.OffsetOutOfRange, call);

        private long[] RandomTimestamps() => [.. Enumerable.Range(0, Random.Next(1, 6)).Select(_ => (long)Random.Next(1_000))];

        /// <summary>From one below the start to two above the end.</summary>
        protected long RandomOffset() => Random.NextInt64(Model.Start - 1, Model.End + 3);

        private static byte[] Make(long[] timestampsMs, string tag) =>
            TestBatch.Of(timestampsMs.Select(timestampMs => new TestRecord(timestampMs, null, Encoding.UTF8.GetBytes(tag))));
    }
}
