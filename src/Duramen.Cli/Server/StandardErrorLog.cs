using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Duramen.Cli.Server;

/// <summary>Writes the log of a server to standard error, one line for each message, with time, level and source.</summary>
internal sealed class StandardErrorLog(LogLevel least) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Source(categoryName, least);

    public void Dispose()
    {
    }

    private sealed class Source(string name, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                string time = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
                string text = formatter(state, exception).ReplaceLineEndings(" ");
                Console.Error.WriteLine($"{time} {logLevel} {name}: {text}{(exception is null ? "" : "\n" + exception)}");
            }
        }
    }
}
