using System.Collections.Concurrent;
using Duramen.Core.Ids;
using Duramen.Disk.Memory;
using Duramen.Log;
using Duramen.Log.Memory;
using Duramen.State.Entities;
using Duramen.State.Tests.Tables;
using Duramen.Storage.Folders;

namespace Duramen.State.Tests.Entities;

/// <summary>Many who append at once, some past the entity logs; what each was told is held against a plain reading of the log.</summary>
public sealed class EntityConcurrencyTests
{
    private const int Writers = 8;
    private const int AppendsPerWriter = 60;

    private readonly MemoryDisk _disk = new();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task Every_answer_is_true_of_the_log_whoever_else_appends(int seed, bool isOnDisk)
    {
        await using DataFolder folder = await DataFolder.OpenAsync(_disk, "/data");
        ILog log = isOnDisk ? await folder.CreateLogAsync("orders") : new MemoryLog(new LogId(Guid.NewGuid()), "orders");
        var answers = new ConcurrentBag<EntityAnswer>();

        // Two of them, as two processes would have.
        await using EntityLog first = EntityLog.Open(_disk, "/first", log);
        await using EntityLog second = EntityLog.Open(_disk, "/second", log);
        var writers = new List<Task>();
        for (int writer = 0; writer < Writers; writer++)
        {
            var random = new Random((seed * 100) + writer);
            EntityLog entities = writer % 2 == 0 ? first : second;
            writers.Add(Task.Run(() => WriteAsync(entities, random, answers)));
        }

        writers.Add(Task.Run(() => WriteForeignAsync(log, new Random(seed))));
        await Task.WhenAll(writers);

        NaiveEntities naive = await NaiveEntities.ReadAsync(log);
        naive.Check(answers);
        await naive.CheckAsync(first);
        await naive.CheckAsync(second);
        await using EntityLog rebuilt = EntityLog.Open(_disk, "/rebuilt", log);
        await naive.CheckAsync(rebuilt);
        await first.DisposeAsync();
        await using EntityLog resumed = EntityLog.Open(_disk, "/first", log);
        await naive.CheckAsync(resumed);
    }

    private static async Task WriteAsync(EntityLog entities, Random random, ConcurrentBag<EntityAnswer> answers)
    {
        var versions = new Dictionary<string, EntityVersion>();
        for (int append = 0; append < AppendsPerWriter; append++)
        {
            string key = $"k{random.Next(5)}";
            ExpectedVersion expected = random.Next(8) switch
            {
                0 => ExpectedVersion.Any,
                1 => ExpectedVersion.MustExist,
                2 => ExpectedVersion.MustNotExist,
                _ => versions.GetValueOrDefault(key),
            };
            string? request = random.Next(3) == 0 ? $"r{random.Next(20)}" : null;
            int count = random.Next(1, 4);
            NewRecord[] records = [.. Enumerable.Range(0, count).Select(index => (NewRecord)$"{append}.{index}")];
            EntityAppendOutcome outcome = await entities.TryAppendAsync(key, records, expected, request);
            answers.Add(new EntityAnswer(key, expected, request, count, outcome));
            versions[key] = outcome.Version;
        }
    }

    private static async Task WriteForeignAsync(ILog log, Random random)
    {
        for (int append = 0; append < AppendsPerWriter; append++)
        {
            await log.AppendAsync(($"k{random.Next(5)}", "foreign"), (null, "no key"), ("other", "foreign"));
            await Task.Yield();
        }
    }
}
