using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Duramen.Broker.Tests.Hostile;

/// <summary>Keeps what a broker logs as an error: nothing that a client sends may lead to one.</summary>
internal sealed class ErrorLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _errors = [];

    public void AssertEmpty(string after) => Assert.True(_errors.IsEmpty, $"After {after}: {string.Join('\n', _errors)}");

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _errors.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
