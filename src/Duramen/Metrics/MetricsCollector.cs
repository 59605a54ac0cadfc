using System.Diagnostics.Metrics;

namespace Duramen.Metrics;

/// <summary>
/// Keeps what the instruments of one node report, so that it can be asked for at any time. Other nodes of the process have meters of another scope and
/// are not heard. Safe to call from any thread.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly List<InstrumentSeries> _instruments = [];

    /// <param name="scope">The scope of the meters to listen to, <see cref="Meter.Scope"/>.</param>
    public MetricsCollector(object scope)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope))
            {
                var series = new InstrumentSeries(instrument);
                lock (_gate)
                {
                    _instruments.Add(series);
                }

                listener.EnableMeasurementEvents(instrument, series);
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((InstrumentSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((InstrumentSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((InstrumentSeries)state!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Asks the instruments that are only asked, and returns all in the order of their names.</summary>
    public IReadOnlyList<InstrumentSeries> Collect()
    {
        _listener.RecordObservableInstruments();
        lock (_gate)
        {
            return [.. _instruments.OrderBy(series => series.Instrument.Name, StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();
}
