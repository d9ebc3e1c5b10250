"""Detections of a file of clip features, by the network beside this file.

    python predict.py FEATURES.npy --duration SECONDS [--fps FPS]

Needs onnxruntime and NumPy, and nothing else. From Python:

    from onnx_localizer import OnnxLocalizer
    OnnxLocalizer('model.onnx').predict(features, duration=120.0)
"""
if __name__ == '__main__':
    from onnx_localizer.command_line import main
    main()
