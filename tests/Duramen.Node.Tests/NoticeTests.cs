using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Storage;
using Microsoft.Extensions.Logging;

namespace Duramen.Node.Tests;

public sealed class NoticeTests
{
    [Fact]
    public async Task Retention_that_does_what_it_is_told_warns_nobody()
    {
        using var written = new FirstMatch("past its retention");
        await using DuramenNode node = await DuramenNode.StartAsync(new DuramenNodeOptions
        {
            Loggers = written,
            Storage = new StorageOptions { MaintenanceInterval = TimeSpan.FromMilliseconds(1) },
        });
        ILog log = await node.Logs.CreateAsync("old", new LogOptions { Cleanup = CleanupPolicy.Delete, RetentionMs = 1 });
        using var builder = new RecordBatchBuilder();
        builder.Append(1, "key"u8, "value"u8);
        await log.AppendAsync(builder.Build());
        Assert.Equal(LogLevel.Information, await written.Level.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    /// <summary>The level of the first line that has a text in it.</summary>
    private sealed class FirstMatch(string text) : ILoggerFactory, ILogger
    {
        private readonly TaskCompletionSource<LogLevel> _level = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<LogLevel> Level => _level.Task;

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains(text, StringComparison.Ordinal))
            {
                _level.TrySetResult(logLevel);
            }
        }

        public void Dispose()
        {
        }
    }
}
